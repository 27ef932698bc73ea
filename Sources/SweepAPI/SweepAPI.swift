// SweepAPI
