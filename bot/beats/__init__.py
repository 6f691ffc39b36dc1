"""What is done without being asked, every second or less often; each part in any number of processes at once."""
