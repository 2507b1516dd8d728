"""Solutions of the exercises, apart from the lessons: one module a lesson, one function or value an exercise."""
