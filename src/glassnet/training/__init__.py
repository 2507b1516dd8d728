"""Training: the loop, optimizers, schedules, callbacks and what a training leaves."""
