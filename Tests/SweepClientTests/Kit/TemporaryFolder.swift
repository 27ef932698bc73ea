import FoundationEssentials

/// A folder that is there for the time of a closure.
public enum TemporaryFolder {
    public static func with<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        // Short, because a socket's path may have 107 bytes only.
        let folder = FileManager.default.temporaryDirectory.path + "/sw-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        do {
            let value = try await body(folder)
            try FileManager.default.removeItem(atPath: folder)
            return value
        } catch {
            try FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }
}
