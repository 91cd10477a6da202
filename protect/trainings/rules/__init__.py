"""What follows from states, seats and times. Pure: the instant comes in."""
