"""The part of the JSON API that is about patients: today's board, doses, orders, referrals, what was offline."""
