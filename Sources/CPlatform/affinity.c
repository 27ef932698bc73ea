#define _GNU_SOURCE
#include "affinity.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cpu_set_t allowed;

static void look(void) {
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) CPU_ZERO(&allowed);
}

int affinity_processors(int *numbers, int capacity) {
    pthread_once(&once, look);
    int count = 0;
    for (int number = 0; number < CPU_SETSIZE; number++)
        if (CPU_ISSET(number, &allowed) && count++ < capacity) numbers[count - 1] = number;
    return count;
}

int affinity_keep_to(int number) {
    pthread_once(&once, look);
    if (number < 0 || number >= CPU_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(number, &one);
    return sched_setaffinity(0, sizeof one, &one);
}

int affinity_pin(int worker) {
    int numbers[CPU_SETSIZE];
    const int count = affinity_processors(numbers, CPU_SETSIZE);
    if (count == 0 || worker < 0) {
        errno = EINVAL;
        return -1;
    }
    const int number = numbers[worker % count];
    return affinity_keep_to(number) == 0 ? number : -1;
}

void affinity_unpin(void) {
    pthread_once(&once, look);
    sched_setaffinity(0, sizeof allowed, &allowed);
}
