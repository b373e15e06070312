"""Where prompts come from: each module reads one kind of open fact and says why to call, and by when.

=================  =====================  ===========================  ================================
module             reason                 arises                       last useful minute
=================  =====================  ===========================  ================================
`slips`            arrival_slip,          when late becomes likely     the promised instant
                   finish_slip            enough, at the latest then
`updates`          next_update            when its clock warns, else   its due instant
                                          ``lead`` before it is due
`unattended`       unattended             ``unattended`` after the     as it arises
                                          last event of an open call
                                          whose update clock rests
`messages`         unanswered             when the message came        ``answer_within`` later
`promised`         promise                ``lead`` before it is due,   its due instant
                                          not in its first half
`visits`           bad_visit,             when the visit ended so,     by the rules of
                   incomplete_visit,      or the follow-up says        :mod:`..followups`
                   aftercare, follow_up
`voicemails`       voicemail              when the next try is due     ``grace`` later
`drift`            cadence                ``ask_before_days`` before   the day it is due
                                          a conversation is due, from
                                          the agreement's begin on
`outreach`         outreach               when the delay is known      ``within`` later, at the latest
                                                                       what the site was promised
`contracts`        contract               ``ahead_days`` before the    ``latest_days`` before the end
                                          end
`repeats`          repeat                 with the call that repeats   ``answer_within`` later
`news`             news                   when we know it              ``before_public`` ahead of its
                                                                       day, else ``within`` later
=================  =====================  ===========================  ================================

Instants are aware UTC. None of them depends on the present: a stored instant stays right until
something happens. Past its last useful minute a reason is late, not gone.
"""
