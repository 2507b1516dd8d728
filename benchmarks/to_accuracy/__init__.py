"""The same training in each framework, from launch until the test accuracy is reached: one script each."""
