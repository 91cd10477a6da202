"""What is done to trainings, one file for each thing."""
