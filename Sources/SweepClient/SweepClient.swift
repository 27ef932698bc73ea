// SweepClient
