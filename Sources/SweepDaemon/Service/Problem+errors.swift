import SweepAPI
import SweepEngine
import SweepModel

extension Problem {
    /// The one mapping from the engine's errors to what clients are told.
    init(_ error: EngineError) {
        let code: ProblemCode =
            switch error.code {
            case .notFound: .notFound
            case .conflict: .conflict
            case .invalidRequest: .invalidRequest
            case .invalidSweep: .invalidSweep
            case .tooLarge: .tooLarge
            case .datasetUnavailable: .datasetUnavailable
            // A disk that fails now may work again, as a full one does.
            case .full, .io, .refused: .refusedForNow
            case .damaged, .failed: .failed
            }
        let places = error.issues.map {
            Problem.Place(pointer: $0.pointer, detail: $0.detail, line: $0.line, column: $0.column)
        }
        self.init(code, error.message, errors: places.isEmpty ? nil : places)
    }

    init(_ error: StoreError) {
        let code: ProblemCode =
            switch error.code {
            case .notFound: .notFound
            case .conflict: .conflict
            case .full, .io: .refusedForNow
            case .corrupt, .newer: .failed
            }
        self.init(code, error.message)
    }

    static func noSweep(_ id: Int64) -> Problem {
        Problem(.notFound, "there is no sweep \(id); sweepctl status lists them")
    }

    static func noTrial(_ id: Int64) -> Problem {
        Problem(.notFound, "there is no trial \(id); sweepctl trials SWEEP lists them")
    }
}

/// Runs engine calls with their errors as problems.
func asking<R>(_ body: () async throws(EngineError) -> R) async throws(Problem) -> R {
    do { return try await body() } catch { throw Problem(error) }
}

/// Runs store calls with their errors as problems.
func reading<R>(_ body: () async throws(StoreError) -> R) async throws(Problem) -> R {
    do { return try await body() } catch { throw Problem(error) }
}
