/* A library as others have written it: without a thought of telephones, some of it with faults. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAME(type, name) \
    type same_##name(type value) { return value; } \
    void double_##name(type value, type *twice) { *twice = (type)(value + value); }

SAME(int8_t, int8)
SAME(int16_t, int16)
SAME(int32_t, int32)
SAME(int64_t, int64)
SAME(uint8_t, uint8)
SAME(uint16_t, uint16)
SAME(uint32_t, uint32)
SAME(uint64_t, uint64)
SAME(float, float)
SAME(double, double)

bool opposite(bool value) { return !value; }

int32_t add(int32_t a, int32_t b) { return a + b; }

/* 0: fine, 3: no such zone, 7: not on Sundays. */
int32_t quote(int32_t zone, const char *code, int64_t cents, char *result, size_t size) {
    if (zone == 300) return 3;
    if (zone == 700) return 7;
    snprintf(result, size, "%s/%d/%lld", code, zone, (long long)cents);
    return 0;
}

/* Several things come back. */
double split(double amount, int32_t *whole, char rest[8]) {
    *whole = (int32_t)amount;
    snprintf(rest, 8, "%.2f", amount - *whole);
    return amount * 2;
}

const char *name_of(int32_t zone) { return zone == 1 ? "Z\xc3\xbcrich" : zone == 2 ? "Z\xfcrich" : NULL; }

int32_t length_of(const char *text) { return text == NULL ? -1 : (int32_t)strlen(text); }

/* Writes into what it was only given to read. */
int32_t shout(char *text) { text[0] = '!'; return text[0]; }

void turn(const unsigned char *data, int32_t count, unsigned char turned[4]) {
    for (int32_t i = 0; i < 4; i++) turned[i] = i < count ? data[count - 1 - i] : 0;
}

/* Goes up by what is in there. */
void count_up(int32_t *number) { *number += 1; }

int32_t process(void) { return (int32_t)getpid(); }

double nothing_real(void) { return 0.0 / 0.0 * 1.0; }

int32_t crash(int32_t how) {
    if (how == 0) { volatile int *nowhere = NULL; return *nowhere; }
    if (how == 1) abort();
    exit(how);
}

int32_t hang(void) { for (;;) pause(); }

/* Shows that it runs, and hangs then. */
int32_t hang_and_tell(const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return -1;
    fprintf(file, "%d", (int)getpid());
    fclose(file);
    return hang();
}

int32_t chatter(void) {
    for (int i = 0; i < 10000; i++) puts("rubbish \x01\x02\x03");
    fflush(stdout);
    fprintf(stderr, "more of it\n");
    char left[16];
    return (int32_t)read(0, left, sizeof left);
}

/* Believes that the buffer is larger. */
int32_t overflow(char *result) { memset(result, 'x', 40); return 0; }

/* Fills it to the last byte, without a NUL. */
void fill(char *result) { memset(result, 'y', 8); }

int32_t greedy(int32_t megabytes) {
    char *memory = malloc((size_t)megabytes << 20);
    return memory == NULL ? 1 : (memory[0] = 1, 0);
}

const char *variable(const char *name) { return getenv(name); }

/* How many files are open, besides the three standard ones. */
int32_t open_files(void) {
    int32_t count = 0;
    for (int i = 3; i < 256; i++) if (fcntl(i, F_GETFD) != -1) count++;
    return count;
}
