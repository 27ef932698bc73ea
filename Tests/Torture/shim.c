// Preloaded into sweepd: makes calls on files below one folder fail, and the clock and the file system's type lie.
// What it does is said in a file of 64-bit numbers that both sides map; see shim.py.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

struct control {
    _Atomic int64_t calls;         // counted so far
    _Atomic int64_t first;         // this call and all later ones fail; 0: none
    _Atomic int64_t error;         // with this errno; -1: the process is killed before it
    _Atomic int64_t failed;        // calls that have failed
    _Atomic int64_t clock_offset;  // seconds that the wall clock is ahead
    _Atomic int64_t filesystem;    // f_type that statfs reports; 0: the truth
    _Atomic int64_t torn;          // the first failing write writes half, as a disk that fills up does
};

enum { FILES = 65536 };
static struct control *control;
static char folder[PATH_MAX];
static size_t folder_length;
static _Atomic unsigned char watched[FILES];  // descriptors of files below the folder

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TORTURE_CONTROL"), *below = getenv("TORTURE_FOLDER");
    if (!path || !below) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    void *map = file < 0 ? MAP_FAILED : mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (map == MAP_FAILED) abort();
    folder_length = strlen(below);
    if (folder_length >= sizeof folder) abort();
    memcpy(folder, below, folder_length + 1);
    control = map;
}

#define REAL(name)                                    \
    static __typeof__(&name) real;                    \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int is_below(const char *path) {
    return control && path && !strncmp(path, folder, folder_length) &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static int is_watched(int file) { return control && file >= 0 && file < FILES && watched[file]; }

/// Counts one call; 0 when it may go on, 1 when it is the first that fails, 2 for a later one.
static int fails(void) {
    int64_t number = atomic_fetch_add(&control->calls, 1) + 1, first = control->first;
    if (!first || number < first) return 0;
    if (control->error < 0) kill(getpid(), SIGKILL);
    errno = (int)control->error;
    return atomic_fetch_add(&control->failed, 1) == 0 ? 1 : 2;
}

static int opened(int file, const char *path) {
    if (file >= 0 && file < FILES) watched[file] = (unsigned char)is_below(path);
    return file;
}

/// A file that is not there takes room; on a read-only file system none is opened for writing.
static int open_fails(const char *path, int flags) {
    if (!is_below(path)) return 0;
    struct stat status;
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    int creates = (flags & O_CREAT) && stat(path, &status) != 0;
    return (creates || (writes && control->error == EROFS)) && fails();
}

#define OPEN(name)                                               \
    int name(const char *path, int flags, ...) {                 \
        va_list rest;                                            \
        va_start(rest, flags);                                   \
        mode_t mode = va_arg(rest, mode_t);                      \
        va_end(rest);                                            \
        REAL(name);                                              \
        return open_fails(path, flags) ? -1 : opened(real(path, flags, mode), path); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                             \
    int name(int at, const char *path, int flags, ...) {         \
        va_list rest;                                            \
        va_start(rest, flags);                                   \
        mode_t mode = va_arg(rest, mode_t);                      \
        va_end(rest);                                            \
        REAL(name);                                              \
        return open_fails(path, flags) ? -1 : opened(real(at, path, flags, mode), path); \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
    REAL(close);
    if (file >= 0 && file < FILES) watched[file] = 0;
    return real(file);
}

/// How many bytes of a write go through: all, half of the first that fails, or none (-1).
static ssize_t granted(int file, size_t count) {
    switch (is_watched(file) ? fails() : 0) {
        case 0: return (ssize_t)count;
        case 1: return control->torn && count > 1 ? (ssize_t)(count / 2) : -1;
        default: return -1;
    }
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    ssize_t allowed = granted(file, count);
    return allowed < 0 ? -1 : real(file, bytes, (size_t)allowed);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    REAL(pwrite);
    ssize_t allowed = granted(file, count);
    return allowed < 0 ? -1 : real(file, bytes, (size_t)allowed, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    REAL(pwrite64);
    ssize_t allowed = granted(file, count);
    return allowed < 0 ? -1 : real(file, bytes, (size_t)allowed, at);
}

#define ON_FILE(type, name, parameters, arguments)       \
    type name parameters {                               \
        REAL(name);                                      \
        return is_watched(file) && fails() ? -1 : real arguments; \
    }
ON_FILE(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
ON_FILE(int, fsync, (int file), (file))
ON_FILE(int, fdatasync, (int file), (file))
ON_FILE(int, ftruncate, (int file, off_t length), (file, length))
ON_FILE(int, ftruncate64, (int file, off64_t length), (file, length))
ON_FILE(int, fallocate, (int file, int mode, off_t from, off_t count), (file, mode, from, count))
ON_FILE(int, fallocate64, (int file, int mode, off64_t from, off64_t count), (file, mode, from, count))

int posix_fallocate(int file, off_t from, off_t count) {
    REAL(posix_fallocate);
    return is_watched(file) && fails() ? (int)control->error : real(file, from, count);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    return is_below(to) && fails() ? -1 : real(from, to);
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    REAL(renameat);
    return is_below(to) && fails() ? -1 : real(from_at, from, to_at, to);
}

int mkdir(const char *path, mode_t mode) {
    struct stat status;
    REAL(mkdir);
    return is_below(path) && stat(path, &status) != 0 && fails() ? -1 : real(path, mode);
}

int unlink(const char *path) {
    REAL(unlink);
    return is_below(path) && control->error == EROFS && fails() ? -1 : real(path);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += control->clock_offset;
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    REAL(gettimeofday);
    int result = real(time, zone);
    if (control) time->tv_sec += control->clock_offset;
    return result;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

#define STATFS(name, type, kind, first)                              \
    int name(kind first, struct type *result) {                      \
        REAL(name);                                                  \
        int status = real(first, result);                            \
        if (!status && control && control->filesystem) result->f_type = control->filesystem; \
        return status;                                               \
    }
STATFS(statfs, statfs, const char *, path)
STATFS(statfs64, statfs64, const char *, path)
STATFS(fstatfs, statfs, int, file)
STATFS(fstatfs64, statfs64, int, file)
