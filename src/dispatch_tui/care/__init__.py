"""The customer side: whom to call before they call us, why, by when it still helps, and what to say.

==================  ==================================================================================
`rules`             everything that a firm may set; `rules_file` reads it, `rules.toml` holds the defaults,
                    `rule_effects` tells what a change would do
`forecast`          when a visit will be reached and done, and from when on it is likely late
`sources`           open facts in, reasons to call out: one module for each kind of fact
`decisions`         done, overridden, retimed, handed over
`prompts`           reasons joined into one prompt for each conversation; no call falls between
`ranking`, `talk`   in which order to call, and what to say; `standing`, `contacts`: about whom
`call_first`        the list, and the sheet for one call
`voicemail`         the ladder of tries, and the e-mail that confirms one
`interactions`      what is recorded of a contact, and what may not be missing
`promises`          kept, partly, broken, waived
`followups`         conversations owed after visits and closings, by rule
`cadence`           how often we speak, plan against fact
`matters`           who called whom first, read off what was said
`ledger`, `health`  trust with its entries; the customer's state with its reasons
`wording`           blame and excuses in what customers read
`lists`             readiness, data safety, intake, onboarding
`brief`, `closing`  before and after a visit
`escalation`        one owner, a log, options, checks, and a report-back by conversation
`projects`          deliverables with acceptance, planned and actual days
`amends`            things gone wrong and what was done to make good; loaners
`measures`          looking back, with definitions; `ratings` and `goals` for one's own work
==================  ==================================================================================

Values in, values out: no database, no screen, no present time.
"""
