"""Money to payers: transfers to the purse and red packets, a back end with ways of its own."""
