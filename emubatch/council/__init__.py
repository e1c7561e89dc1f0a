"""The council (Hội đồng thi đua, khen thưởng): members' copies of the ballot become one result.

Copies are read by the identity of their rows (``ballots``), votes are judged one by one
(``judge``), members are told apart (``members``), and what a majority agrees on is the result
(``count``); what it does not agree on is shown and never settled by the program.
"""
