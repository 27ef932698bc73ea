import FoundationEssentials
import SweepAPI
import SweepEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Measures the machine: cores, load, memory, disks.
struct BoxService: Sendable {
    let stateDirectory: String
    let dataDirectory: String

    func reply() -> BoxReply {
        let memory = Self.meminfo(FileManager.default.contents(atPath: "/proc/meminfo") ?? Data())
        var load = 0.0
        if getloadavg(&load, 1) < 1 { load = 0 }
        return BoxReply(
            cores: ProcessInfo.processInfo.activeProcessorCount, load: load, memoryTotal: memory.total,
            memoryAvailable: memory.available, stateDirectory: Self.disk(stateDirectory),
            dataDirectory: Self.disk(dataDirectory), stateBytes: Self.bytes(below: stateDirectory))
    }

    /// Files that this process has open; 0 where /proc is not there.
    static func openFiles() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// Room on the disk of a folder.
    static func disk(_ path: String) -> BoxReply.Disk {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return BoxReply.Disk(path: path, free: 0, total: 0) }
        let block = Int(status.f_frsize)
        return BoxReply.Disk(path: path, free: Int(status.f_bavail) * block, total: Int(status.f_blocks) * block)
    }

    /// Bytes of `MemTotal` and `MemAvailable`; 0 for what is not there.
    static func meminfo(_ file: Data) -> (total: Int, available: Int) {
        var (total, available) = (0, 0)
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 2, let kibibytes = Int(fields[1]) else { continue }
            switch fields[0] {
            case "MemTotal:": total = kibibytes << 10
            case "MemAvailable:": available = kibibytes << 10
            default: break
            }
        }
        return (total, available)
    }

    /// Files that come and go meanwhile count as they are found.
    private static func bytes(below folder: String) -> Int {
        let manager = FileManager.default
        guard let names = try? manager.subpathsOfDirectory(atPath: folder) else { return 0 }
        return names.reduce(0) { sum, name in
            let size = (try? manager.attributesOfItem(atPath: folder + "/" + name))?[.size] as? Int
            return sum + (size ?? 0)
        }
    }
}
