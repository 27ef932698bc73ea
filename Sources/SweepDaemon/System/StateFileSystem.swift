import CPlatform
import Glibc
import SweepAPI

/// The file system of the state folder. SQLite's write-ahead log needs shared memory and locks that hold, which file
/// systems over a network do not give: https://www.sqlite.org/wal.html
enum StateFileSystem {
    /// `f_type` of statfs(2).
    private static let remote: [Int: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB", 0x0102_1997: "9P", 0x5346_414f: "AFS",
        0x00c3_6400: "Ceph", 0x0bd0_0bd0: "Lustre", 0x4750_4653: "GPFS",
    ]

    static func refuseRemote(_ folder: String) throws {
        let type = file_system_type(folder)
        guard type != -1 else {
            throw DaemonFailure(
                .configuration, "cannot look at the file system of \(folder): \(String(cString: strerror(errno)))")
        }
        guard let kind = remote[type & 0xffff_ffff] else { return }
        throw DaemonFailure(
            .configuration,
            "the state folder \(folder) is on \(kind), where a database can be damaged; "
                + "choose a --state-dir on a local disk (data sets may stay on the network)")
    }
}
