/*
 * Makes each flush to the disk take longer, by as many microseconds as the file says that SLOW_FLUSH names: what a disk far
 * away costs can be measured with one that is near. The file is read at each flush, so that a server goes on while it changes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void delay(void)
{
    const char *path = getenv("SLOW_FLUSH");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    char text[24];
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0)
        return;
    text[length] = 0;
    long micros = atol(text);
    struct timespec rest = { micros / 1000000, micros % 1000000 * 1000 };
    while (micros > 0 && nanosleep(&rest, &rest) != 0)
        ;
}

static int flush(const char *name, int file)
{
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    int done = real ? real(file) : -1;
    if (done == 0)
        delay();
    return done;
}

int fsync(int file)
{
    return flush("fsync", file);
}

int fdatasync(int file)
{
    return flush("fdatasync", file);
}
