import Configuration
import FoundationEssentials
import Logging
import SweepAPI
import SystemPackage

/// The daemon's configuration: options, then environment, then file, then defaults.
struct Settings: Sendable {
    var stateDir: String
    var dataDir: String
    var socket: String
    var workers: Int
    /// 1: each worker keeps to a processor of its own.
    var pinWorkers: Int
    var maxParallel: Int
    var memoryBudgetBytes: Int
    var sliceSeconds: Double
    var checkpointSeconds: Double
    /// Best models of a sweep that keep their files.
    var keepModels: Int
    /// Of one user; 0 for no limit.
    var submitsPerMinute: Int
    /// `HOST:PORT`; nil when the daemon listens on its Unix socket alone.
    var http: String?
    var httpTokenFile: String?
    var httpCertificate: String?
    var httpPrivateKey: String?
    /// 1: other addresses than those of loopback may be listened on.
    var httpAllowRemote: Int
    var maxConnections: Int
    var logLevel: Logger.Level
    var isa: String?

    /// Reads and checks everything; a wrong value is a ``DaemonFailure`` that names the key.
    static func load(
        file: String?, arguments: [SettingKey: String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> Settings {
        var providers: [any ConfigProvider] = [
            // Options are texts, as variables are: the same provider converts them.
            EnvironmentVariablesProvider(
                environmentVariables: Dictionary(
                    uniqueKeysWithValues: arguments.map { ($0.key.rawValue.uppercased(), $0.value) })),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "sweepd"),
        ]
        var present = Set(arguments.keys).union(SettingKey.allCases.filter { environment[$0.variable] != nil })
        if let file {
            present.formUnion(try ConfigurationFile.keys(in: file))
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw DaemonFailure(.configuration, "cannot read the configuration \(file): \(error)")
            }
        }
        let source = SettingSource(reader: ConfigReader(providers: providers), present: present)
        return try Settings(source, Defaults(environment))
    }

    private init(_ source: SettingSource, _ defaults: Defaults) throws {
        stateDir = try source.path(.stateDir) ?? defaults.stateDir
        dataDir = try source.path(.dataDir) ?? stateDir + "/data"
        socket = try source.path(.socket) ?? defaults.socket(stateDir)
        workers = try source.integer(.workers, in: 1...1024) ?? defaults.cores
        pinWorkers = try source.integer(.pinWorkers, in: 0...1) ?? 0
        maxParallel = try source.integer(.maxParallel, in: 1...100_000) ?? 144
        memoryBudgetBytes = (try source.integer(.memoryBudgetMB, in: 16...(1 << 24)) ?? defaults.memoryBudgetMB) << 20
        sliceSeconds = try source.number(.sliceSeconds, in: 0.005...60) ?? 0.2
        checkpointSeconds = try source.number(.checkpointSeconds, in: 0...86400) ?? 2
        keepModels = try source.integer(.keepModels, in: 1...1_000_000) ?? 3
        submitsPerMinute = try source.integer(.submitsPerMinute, in: 0...1_000_000) ?? 120
        http = try source.text(.http)
        httpTokenFile = try source.path(.httpTokenFile)
        httpCertificate = try source.path(.httpCertificate)
        httpPrivateKey = try source.path(.httpPrivateKey)
        httpAllowRemote = try source.integer(.httpAllowRemote, in: 0...1) ?? 0
        maxConnections = try source.integer(.maxConnections, in: 1...10_000) ?? 64
        let level = try source.text(.logLevel) ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw DaemonFailure(.configuration, "log_level is \"\(level)\"; write one of \(known)")
        }
        self.logLevel = logLevel
        isa = try source.text(.isa)
    }
}

/// Typed reading, with an error for a value that is there and does not fit.
private struct SettingSource {
    let reader: ConfigReader
    /// Keys that some source has.
    let present: Set<SettingKey>

    func text(_ key: SettingKey) throws -> String? {
        guard present.contains(key) else { return nil }
        do {
            return try reader.requiredString(forKey: ConfigKey([key.rawValue]))
        } catch {
            throw DaemonFailure(.configuration, "\(key.rawValue) is not a text; see docs/configuration.md")
        }
    }

    func path(_ key: SettingKey) throws -> String? {
        guard let text = try text(key) else { return nil }
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw DaemonFailure(.configuration, "\(key.rawValue) is empty; write a path")
        }
        return text.hasPrefix("/") ? text : FileManager.default.currentDirectoryPath + "/" + text
    }

    func integer(_ key: SettingKey, in range: ClosedRange<Int>) throws -> Int? {
        guard present.contains(key) else { return nil }
        let value = try? reader.requiredInt(forKey: ConfigKey([key.rawValue]))
        if let value, range.contains(value) { return value }
        throw DaemonFailure(
            .configuration, "\(key.rawValue) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    func number(_ key: SettingKey, in range: ClosedRange<Double>) throws -> Double? {
        guard present.contains(key) else { return nil }
        let name = ConfigKey([key.rawValue])
        let whole = try? reader.requiredInt(forKey: name)
        let value = (try? reader.requiredDouble(forKey: name)) ?? whole.map(Double.init)
        if let value, range.contains(value) { return value }
        throw DaemonFailure(
            .configuration, "\(key.rawValue) is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
}
