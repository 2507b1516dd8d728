"""What checks the answers to exercises: one module a lesson, one function an exercise."""
