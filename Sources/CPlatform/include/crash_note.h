#ifndef CRASH_NOTE_H
#define CRASH_NOTE_H

#include <stdint.h>

// What a process leaves behind when a fatal signal ends it: which signal, and whose slice ran on the thread it hit.
//
// The note is written by a signal handler, so all it does is async-signal-safe: its room in the file is taken
// beforehand, which makes it work on a full disk too.

enum { CRASH_NOTE_BYTES = 128 };

// Takes `file` (open for writing) for the note and installs the handlers for SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT
// and SIGFPE. `boot` goes into the note; of its bytes at most 63 are kept. Returns 0, or an errno. To be called once.
int crash_note_install(int file, const char *boot);

// Between these two, a crash of this thread is put down to `trial`.
void crash_note_slice_begin(int64_t trial);
void crash_note_slice_end(void);

#endif
