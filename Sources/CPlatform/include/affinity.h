#ifndef AFFINITY_H
#define AFFINITY_H

// What the process may run on is here what it was at the first call of any of these.

// Writes the numbers of the first `capacity` processors that the process may run on, ascending, and returns how many
// there are; 0 when the system does not say.
int affinity_processors(int *numbers, int capacity);
// Keeps the calling thread to processor `number`. Returns 0, or -1 and an errno.
int affinity_keep_to(int number);
// Keeps it to the processor number `worker` of those that the process may run on, counted around. Returns the
// processor's number, or -1 and an errno.
int affinity_pin(int worker);
// Lets the calling thread run again wherever the process may.
void affinity_unpin(void);

#endif
