import FoundationEssentials
import SweepAPI
import SweepModel

/// The keys of a configuration file: the library reads values by key and cannot say which keys nobody asked for.
enum ConfigurationFile {
    /// - Throws: a ``DaemonFailure`` for a file that is not there, not a JSON object, or has an unknown key.
    static func keys(in path: String) throws -> Set<SettingKey> {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DaemonFailure(.configuration, "there is no configuration file \(path)")
        }
        let object: [String: AnyValue]
        do {
            object = try JSONDecoder().decode([String: AnyValue].self, from: data)
        } catch {
            throw DaemonFailure(.configuration, "the configuration \(path) is not a JSON object of keys and values")
        }
        var keys: Set<SettingKey> = []
        for name in object.keys.sorted() {
            guard let key = SettingKey(rawValue: name) else {
                let known = SettingKey.allCases.map(\.rawValue)
                let hint =
                    NearestWord.nearest(to: name, in: known).map { "did you mean \"\($0)\"?" }
                    ?? "the keys are \(known.joined(separator: ", "))"
                throw DaemonFailure(.configuration, "\(path) has the unknown key \"\(name)\"; \(hint)")
            }
            keys.insert(key)
        }
        return keys
    }

    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
