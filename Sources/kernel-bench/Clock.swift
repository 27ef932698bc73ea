#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Seconds.
enum Clock {
    /// Processor time of this thread, so that others on its core disturb less.
    static var thread: Double { read(CLOCK_THREAD_CPUTIME_ID) }
    /// Processor time of all threads of this process.
    static var process: Double { read(CLOCK_PROCESS_CPUTIME_ID) }
    static var wall: Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Ends the program with a sentence on standard error.
func fail(_ message: String) -> Never {
    var text = "kernel-bench: \(message)\n"
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    exit(2)
}
