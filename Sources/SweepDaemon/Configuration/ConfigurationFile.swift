import FoundationEssentials
import SweepAPI
import SweepModel

/// The keys of a configuration file: the library reads values by key and cannot say which keys nobody asked for.
enum ConfigurationFile {
    /// - Throws: a ``DaemonFailure`` for a file that is not there, not a JSON object, or has an unknown key or a Boolean.
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
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            guard let key = SettingKey(rawValue: name) else {
                let known = SettingKey.allCases.map(\.rawValue)
                let hint =
                    NearestWord.nearest(to: name, in: known).map { "did you mean \"\($0)\"?" }
                    ?? "the keys are \(known.joined(separator: ", "))"
                throw DaemonFailure(.configuration, "\(path) has the unknown key \"\(name)\"; \(hint)")
            }
            // The library would read true as the number 1.
            if value.isBool {
                throw DaemonFailure(
                    .configuration, "\(name) in \(path) is true or false; no key takes that, see docs/configuration.md")
            }
            keys.insert(key)
        }
        return keys
    }

    private struct AnyValue: Decodable {
        let isBool: Bool

        init(from decoder: any Decoder) throws {
            // A value of another type is for the library to read.
            isBool = (try? decoder.singleValueContainer().decode(Bool.self)) != nil
        }
    }
}
