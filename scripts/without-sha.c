/* Runs a program as if the processor had no SHA instructions, for scripts/bench on Linux and x86-64.
 *
 * Libraries ask `cpuid` once which instructions there are, and an unprivileged program cannot change the answer on every
 * machine. So each `cpuid` of the program is replaced by an instruction that is not one; the program stops there, and is
 * given the processor's answer without the bit for SHA. It runs at its own speed from then on: only new threads and
 * processes stop it once more. Programs that it starts are not changed.
 *
 * Usage: without-sha ADDRESSES PROGRAM [ARGUMENT]...
 * ADDRESSES: the hexadecimal addresses of the instructions in the program's file, one per line.
 */
#include <cpuid.h>
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FEATURES = 7, SHA_BIT = 1 << 29, MOST_ADDRESSES = 4096 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* The distance between the addresses in the file and those in memory. */
static uint64_t load_offset(const char *program, pid_t process) {
    Elf64_Ehdr header;
    FILE *file = fopen(program, "rb");
    if (!file || fread(&header, sizeof header, 1, file) != 1) fail(program);
    fclose(file);
    if (header.e_type == ET_EXEC) return 0;
    char path[64];
    unsigned long long start;
    snprintf(path, sizeof path, "/proc/%d/maps", process);
    FILE *maps = fopen(path, "r");
    if (!maps || fscanf(maps, "%llx", &start) != 1) fail(path);
    fclose(maps);
    return start;
}

static void replace_cpuid(pid_t process, uint64_t address) {
    const uint64_t undefined = 0x0b0f, cpuid = 0xa20f;
    long word = ptrace(PTRACE_PEEKTEXT, process, address, 0);
    if ((word & 0xffff) != (long)cpuid) {
        fprintf(stderr, "without-sha: no cpuid at %#lx\n", (unsigned long)address);
        exit(1);
    }
    if (ptrace(PTRACE_POKETEXT, process, address, (word & ~0xffffL) | undefined) == -1) fail("ptrace");
}

static int is_replaced(const uint64_t *addresses, size_t count, uint64_t address) {
    for (size_t index = 0; index < count; index++)
        if (addresses[index] == address) return 1;
    return 0;
}

static void answer(pid_t thread, struct user_regs_struct *registers) {
    uint32_t leaf = registers->rax, subleaf = registers->rcx, a, b, c, d;
    __cpuid_count(leaf, subleaf, a, b, c, d);
    if (leaf == FEATURES && subleaf == 0) b &= ~(uint32_t)SHA_BIT;
    registers->rax = a, registers->rbx = b, registers->rcx = c, registers->rdx = d;
    registers->rip += 2;
    if (ptrace(PTRACE_SETREGS, thread, 0, registers) == -1) fail("ptrace");
}

int main(int count, char **arguments) {
    static uint64_t addresses[MOST_ADDRESSES];
    size_t known = 0;
    unsigned long long address;
    FILE *list = count > 2 ? fopen(arguments[1], "r") : NULL;
    if (!list) fail("without-sha ADDRESSES PROGRAM [ARGUMENT]...");
    while (known < MOST_ADDRESSES && fscanf(list, "%llx", &address) == 1) addresses[known++] = address;

    pid_t program = fork();
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(arguments[2], arguments + 2);
        fail(arguments[2]);
    }
    int status;
    if (waitpid(program, &status, 0) == -1 || !WIFSTOPPED(status)) fail("the program did not start");
    long options = PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, options) == -1) fail("ptrace");
    uint64_t offset = load_offset(arguments[2], program);
    for (size_t index = 0; index < known; index++) replace_cpuid(program, addresses[index] += offset);
    ptrace(PTRACE_CONT, program, 0, 0);

    for (pid_t thread; (thread = waitpid(-1, &status, __WALL)) != -1;) {
        if (!WIFSTOPPED(status)) {
            if (thread == program) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int signal = WSTOPSIG(status), event = status >> 16;
        struct user_regs_struct registers;
        if (event == PTRACE_EVENT_EXEC) {
            ptrace(PTRACE_DETACH, thread, 0, 0);
        } else if (signal == SIGILL && ptrace(PTRACE_GETREGS, thread, 0, &registers) == 0
                   && is_replaced(addresses, known, registers.rip)) {
            answer(thread, &registers);
            ptrace(PTRACE_CONT, thread, 0, 0);
        } else {
            /* A new thread or process begins with a stop of its own. */
            int is_ours = event != 0 || signal == SIGSTOP || signal == SIGTRAP;
            ptrace(PTRACE_CONT, thread, 0, is_ours ? 0 : signal);
        }
    }
    return 1;
}
