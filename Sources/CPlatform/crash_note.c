#include "crash_note.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct {
    int number;
    const char *name;
} fatal[] = {
    {SIGILL, "SIGILL"}, {SIGTRAP, "SIGTRAP"}, {SIGSEGV, "SIGSEGV"},
    {SIGBUS, "SIGBUS"}, {SIGABRT, "SIGABRT"}, {SIGFPE, "SIGFPE"},
};
enum { FATAL = sizeof fatal / sizeof *fatal };

static int note_file = -1;
static char note_boot[64];
static atomic_flag is_written = ATOMIC_FLAG_INIT;
static atomic_int slices;
static struct sigaction before[FATAL];
// 0 between slices: trials are numbered from 1.
static _Thread_local volatile int64_t slice_trial;

static size_t put(char *note, size_t at, const char *text) {
    while (*text && at < CRASH_NOTE_BYTES) note[at++] = *text++;
    return at;
}

static size_t put_number(char *note, size_t at, int64_t number) {
    char digits[24];
    size_t first = sizeof digits - 1;
    digits[first] = 0;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return put(note, at, digits + first);
}

// One line: boot, signal, trial, and how many slices ran.
static void on_fatal_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    if (!atomic_flag_test_and_set(&is_written)) {
        char note[CRASH_NOTE_BYTES];
        memset(note, ' ', sizeof note);
        const char *name = "signal";
        for (size_t i = 0; i < FATAL; i++)
            if (fatal[i].number == number) name = fatal[i].name;
        size_t at = put(note, 0, note_boot);
        at = put(note, put(note, at, " "), name);
        at = put_number(note, put(note, at, " "), slice_trial);
        put_number(note, put(note, at, " "), atomic_load(&slices));
        note[sizeof note - 1] = '\n';
        // Nothing can be done about a failure: the process ends either way.
        ssize_t written = pwrite(note_file, note, sizeof note, 0);
        if (written == (ssize_t)sizeof note) fsync(note_file);
    }
    for (size_t i = 0; i < FATAL; i++)
        if (fatal[i].number == number) sigaction(number, &before[i], NULL);
    // What was there before does the rest: Swift's backtrace, say, or the default action. An instruction that cannot be
    // executed is executed again; a signal that somebody sent has to be sent again.
    if (info->si_code <= 0 || number == SIGTRAP) raise(number);
}

int crash_note_install(int file, const char *boot) {
    char blank[CRASH_NOTE_BYTES];
    memset(blank, ' ', sizeof blank);
    if (pwrite(file, blank, sizeof blank, 0) != (ssize_t)sizeof blank || fsync(file) != 0) return errno ? errno : EIO;
    note_file = file;
    strncpy(note_boot, boot, sizeof note_boot - 1);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fatal_signal;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FATAL; i++)
        if (sigaction(fatal[i].number, &action, &before[i]) != 0) return errno;
    return 0;
}

void crash_note_slice_begin(int64_t trial) {
    slice_trial = trial;
    atomic_fetch_add(&slices, 1);
}

void crash_note_slice_end(void) {
    atomic_fetch_sub(&slices, 1);
    slice_trial = 0;
}
