#define _GNU_SOURCE
#include "affinity.h"

#include <pthread.h>
#include <sched.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cpu_set_t allowed;

static void look(void) {
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) CPU_ZERO(&allowed);
}

int affinity_pin(int worker) {
    pthread_once(&once, look);
    const int count = CPU_COUNT(&allowed);
    int left = count > 0 ? worker % count : -1;
    for (int cpu = 0; cpu < CPU_SETSIZE && left >= 0; cpu++) {
        if (!CPU_ISSET(cpu, &allowed) || left-- > 0) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0 ? cpu : -1;
    }
    return -1;
}

void affinity_unpin(void) { sched_setaffinity(0, sizeof allowed, &allowed); }
