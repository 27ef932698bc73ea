#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which cores a thread runs on; of the first 64.
enum Pinning {
    /// `sched_getaffinity` and `sched_setaffinity`, which glibc's module leaves out.
    private typealias Affinity = @convention(c) (pid_t, Int, UnsafeMutablePointer<UInt64>) -> CInt

    /// Those that this thread may use, ascending; none where a system does not say.
    static var allowed: [Int] {
        var mask: UInt64 = 0
        guard call("sched_getaffinity", &mask) else { return [] }
        return (0..<64).filter { mask >> UInt64($0) & 1 == 1 }
    }

    /// Keeps this thread on `cores`.
    static func pin(to cores: [Int]) throws {
        var mask = cores.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        guard call("sched_setaffinity", &mask) else {
            throw BenchError("cannot run on core \(cores.map { "\($0)" }.joined(separator: ", ")) here")
        }
    }

    private static func call(_ name: String, _ mask: inout UInt64) -> Bool {
        guard let symbol = dlsym(nil, name) else { return false }
        // 1024 cores, as many as cpu_set_t has.
        var set = [UInt64](repeating: 0, count: 16)
        set[0] = mask
        let function = unsafeBitCast(symbol, to: Affinity.self)
        guard function(0, set.count * 8, &set) >= 0 else { return false }
        mask = set[0]
        return true
    }
}
