/// Which daemon to talk to: `--socket`, `SWEEPD_SOCKET`, `$XDG_RUNTIME_DIR/sweepd/sweepd.sock` if it is there,
/// `/run/sweepd/sweepd.sock`.
public struct SocketDiscovery: Sendable, Equatable {
    public static let systemPath = "/run/sweepd/sweepd.sock"

    public var address: DaemonAddress
    public var source: Source
    /// What lets us in there.
    public var access = ClientAccess()

    /// What the address was taken from.
    public enum Source: String, Codable, Sendable, CaseIterable {
        case option = "--socket"
        case environment = "SWEEPD_SOCKET"
        case runtimeDirectory = "XDG_RUNTIME_DIR"
        case system = "default"
    }

    public init(address: DaemonAddress, source: Source) { (self.address, self.source) = (address, source) }

    /// Chooses by the order above; an empty variable counts as not set.
    ///
    /// - Parameters:
    ///   - option: the value of `--socket`.
    ///   - exists: whether a file is at a path.
    /// - Throws: ``ClientError`` with the code `invalidAddress`.
    public static func choose(
        option: String?, environment: [String: String], exists: (String) -> Bool
    ) throws(ClientError) -> SocketDiscovery {
        if let option { return .init(address: try DaemonAddress(parsing: option), source: .option) }
        if let value = environment["SWEEPD_SOCKET"], !value.isEmpty {
            return .init(address: try DaemonAddress(parsing: value), source: .environment)
        }
        if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty {
            let path = (folder.hasSuffix("/") ? String(folder.dropLast()) : folder) + "/sweepd/sweepd.sock"
            if exists(path) { return .init(address: try DaemonAddress(parsing: path), source: .runtimeDirectory) }
        }
        return .init(address: .unix(path: systemPath), source: .system)
    }
}
