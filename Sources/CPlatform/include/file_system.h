#ifndef FILE_SYSTEM_H
#define FILE_SYSTEM_H

// The kind of the file system at `path`, as statfs(2) has it in `f_type`; -1, and an errno, when it cannot be looked at.
long file_system_type(const char *path);

#endif
