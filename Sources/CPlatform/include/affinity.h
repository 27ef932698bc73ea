#ifndef AFFINITY_H
#define AFFINITY_H

// Pins the calling thread to the processor number `worker` of those that the process may run on, counted around.
// Returns the processor's number, or -1 and an errno. What the process may run on is what it was at the first call.
int affinity_pin(int worker);
// Lets the calling thread run again wherever the process may.
void affinity_unpin(void);

#endif
