import FoundationEssentials

/// How much memory this process may have: the machine's, or less when its control group says so (`MemoryHigh=`).
enum MemoryLimit {
    static func bytes() -> Int {
        let machine = Int(ProcessInfo.processInfo.physicalMemory)
        guard let text = read("/proc/self/cgroup") else { return machine }
        return controlGroup(text, read).map { min($0, machine) } ?? machine
    }

    /// The lowest `memory.high` or `memory.max` from the process' group up to the root (cgroups(7), version 2).
    static func controlGroup(_ membership: String, _ read: (String) -> String?) -> Int? {
        guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        var group = line.dropFirst(3)
        var lowest: Int?
        while group.count > 1 {
            for file in ["memory.high", "memory.max"] {
                let text = read("/sys/fs/cgroup\(group)/\(file)")
                guard let limit = text.flatMap({ Int($0.filter { !$0.isWhitespace }) }) else { continue }
                lowest = min(lowest ?? limit, limit)
            }
            group = group.lastIndex(of: "/").map { group[..<$0] } ?? ""
        }
        return lowest
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
