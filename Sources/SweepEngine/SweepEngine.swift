// SweepEngine
