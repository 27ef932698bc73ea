// SweepCommands
