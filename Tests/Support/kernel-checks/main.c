// usage: kernel-checks [--write FILE]
// Holds every instruction set of this machine to the committed digests and to the plain loops, and prints how many
// checks passed. With --write, writes the digests of this machine's kernels instead, if all instruction sets agree.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "KernelChecks.h"

enum { STEPS_BESIDE_PLAIN_LOOPS = 4 };

static const char *const names[] = {"avx512bf16", "avx512", "avx2", "neon", "baseline"};
enum { NAMES = 5 };
static int passed, failed;

static void check(bool isRight, const char *set, const char *name, const char *what) {
    if (isRight) passed += 1;
    else failed += 1, printf("%s: %s: %s\n", set, name, what);
}

static void check_set(const ck_isa *isa) {
    const int passed_before = passed, failed_before = failed;
    char name[KC_NAME_SIZE], message[KC_MESSAGE_SIZE] = "";
    for (int i = 0; i < kc_case_count(); i++) {
        const kc_case c = kc_case_at(i);
        kc_digest digest;
        kc_name(c, name);
        const kc_digest *expected = kc_committed(name);
        if (!expected) check(false, ck_name(isa), name, "there is no committed digest of that name");
        else if (!kc_digest_of(c, isa, &digest)) check(false, ck_name(isa), name, "no memory");
        else check(!kc_difference(&digest, expected), ck_name(isa), name, kc_difference(&digest, expected));
        check(kc_compare(c, isa, STEPS_BESIDE_PLAIN_LOOPS, message), ck_name(isa), name, message);
        check(kc_compare_squares(c.shape, isa, message), ck_name(isa), name, message);
    }
    check(kc_compare_average(isa, message), ck_name(isa), "averages", message);
    check(kc_compare_random(isa, message), ck_name(isa), "random numbers", message);
    check(kc_compare_features(isa, message), ck_name(isa), "prepared images", message);
    uint64_t digest = 0;
    check(kc_features_digest(isa, &digest) && digest == kc_features_committed(), ck_name(isa), "prepared images", "other digest");
    printf("%s: %d checks passed, %d failed\n", ck_name(isa), passed - passed_before, failed - failed_before);
    fflush(stdout);
}

/// Digests on which all instruction sets agree.
static bool digest_of(kc_case c, const char *name, kc_digest *digest) {
    bool isFirst = true;
    for (int i = 0; i < NAMES; i++) {
        const ck_isa *isa = ck_select(names[i]);
        kc_digest found;
        if (!isa) continue;
        const bool isMade = kc_digest_of(c, isa, &found);
        if (isFirst) *digest = found;
        const char *difference = isMade ? kc_difference(digest, &found) : "memory";
        if (difference) printf("%s: %s has other %s\n", name, names[i], difference);
        if (difference) return false;
        isFirst = false;
    }
    return true;
}

static bool write_digests(const char *path) {
    FILE *file = fopen(path, "w");
    bool isWritten = file != NULL;
    if (!file) perror(path);
    if (file) fputs("// Made by `swift run kernel-checks --write`; docs/kernels.md says when.\n", file);
    for (int i = 0; isWritten && i < kc_case_count(); i++) {
        const kc_case c = kc_case_at(i);
        char name[KC_NAME_SIZE];
        kc_digest d;
        kc_name(c, name);
        isWritten = digest_of(c, name, &d);
        const uint64_t parts[] = {d.inputs,  d.parameters, d.moments,     d.squares,    d.losses,
                                  d.correct, d.logits,     d.predictions, d.evaluation, d.active};
        fprintf(file, "{\"%s\",\n {", name);
        for (int k = 0; k < 10; k++)
            fprintf(file, "0x%016" PRIX64 "%s", parts[k], k == 9 ? "}},\n" : k % 5 == 4 ? ",\n  " : ", ");
    }
    if (file) isWritten = (fclose(file) == 0) && isWritten;
    return isWritten;
}

int main(int count, char **arguments) {
    if (count == 3 && strcmp(arguments[1], "--write") == 0) return write_digests(arguments[2]) ? 0 : 1;
    if (count != 1) {
        fputs("usage: kernel-checks [--write FILE]\n", stderr);
        return 2;
    }
    for (int i = 0; i < NAMES; i++) {
        const ck_isa *isa = ck_select(names[i]);
        if (isa) check_set(isa);
    }
    printf("kernel-checks: %d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
