import SweepEngine

/// Which part of the configuration may change while the daemon runs.
extension Settings {
    var engineOptions: EngineOptions {
        EngineOptions(
            workers: workers, pinsWorkers: pinWorkers == 1, maxParallel: maxParallel,
            memoryBudgetBytes: memoryBudgetBytes, sliceSeconds: sliceSeconds, checkpointSeconds: checkpointSeconds,
            keepModels: keepModels)
    }

    /// Keys that have another value than in `old` and are looked at only at the start.
    func changesThatNeedRestart(since old: Settings) -> [SettingKey] {
        var keys: [SettingKey] = []
        func compare(_ key: SettingKey, _ path: KeyPath<Settings, some Equatable>) {
            if self[keyPath: path] != old[keyPath: path] { keys.append(key) }
        }
        compare(.stateDir, \.stateDir)
        compare(.dataDir, \.dataDir)
        compare(.socket, \.socket)
        compare(.workers, \.workers)
        compare(.pinWorkers, \.pinWorkers)
        compare(.http, \.http)
        compare(.httpTokenFile, \.httpTokenFile)
        compare(.httpCertificate, \.httpCertificate)
        compare(.httpPrivateKey, \.httpPrivateKey)
        compare(.httpAllowRemote, \.httpAllowRemote)
        compare(.maxConnections, \.maxConnections)
        compare(.isa, \.isa)
        return keys
    }

    /// These settings, with those of `old` where a change needs a restart: what the daemon works with after a reload.
    func keepingWhatNeedsRestart(of old: Settings) -> Settings {
        var kept = old
        (kept.logLevel, kept.maxParallel, kept.memoryBudgetBytes) = (logLevel, maxParallel, memoryBudgetBytes)
        (kept.sliceSeconds, kept.checkpointSeconds) = (sliceSeconds, checkpointSeconds)
        (kept.keepModels, kept.submitsPerMinute) = (keepModels, submitsPerMinute)
        return kept
    }
}
