#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
public import SweepModel

/// What the engine refuses or fails at, with the place and the remedy.
public struct EngineError: Error, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        case notFound
        case conflict
        case invalidRequest
        case invalidSweep
        /// A sweep file over the limit.
        case tooLarge
        case datasetUnavailable
        /// The disk is full; what was running waits.
        case full
        case io
        /// A file of ours does not have the recorded content.
        case damaged
        /// Memory, rate: later it may work.
        case refused
        case failed
    }

    public var code: Code
    public var message: String
    /// For an invalid sweep file: every place.
    public var issues: [SweepFileIssue]

    public init(_ code: Code, _ message: String, issues: [SweepFileIssue] = []) {
        (self.code, self.message, self.issues) = (code, message, issues)
    }

    init(_ error: StoreError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .conflict: .conflict
            case .full: .full
            case .io: .io
            case .corrupt, .newer: .damaged
            }
        self.init(code, error.message)
    }

    /// From an `errno`.
    static func system(_ code: Int32, _ what: String) -> EngineError {
        EngineError(code == ENOSPC || code == EDQUOT ? .full : .io, "\(what): \(String(cString: strerror(code)))")
    }
}

/// Runs store calls with their errors as the engine's.
func storing<R>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws(StoreError) -> R
) async throws(EngineError) -> R {
    do { return try await body() } catch { throw EngineError(error) }
}
