public import SweepAnalysis
import SweepModel

/// `GET /v1/sweeps/{id}/refinement?trials=N`: a sweep that goes on where this one has ended.
public struct RefinementReply: Codable, Sendable, Equatable {
    /// The one that it was derived from.
    public var sweep: Int64
    public var name: String
    public var method: String
    /// Of the proposed sweep.
    public var trials: Int
    /// The sweep file, as JSON text.
    public var file: String
    /// One for each parameter that the old sweep varied, in the order of the file.
    public var parameters: [Parameter]

    /// What becomes of one parameter, and why.
    public struct Parameter: Codable, Sendable, Equatable {
        public var parameter: String
        public var action: Refinement.Action
        /// In words: the values, or the bounds.
        public var range: String
        /// With its figures.
        public var reason: String

        public init(parameter: String, action: Refinement.Action, range: String, reason: String) {
            (self.parameter, self.action, self.range, self.reason) = (parameter, action, range, reason)
        }
    }

    public init(
        sweep: Int64, name: String, method: String, trials: Int, file: String, parameters: [Parameter]
    ) {
        (self.sweep, self.name, self.method, self.trials) = (sweep, name, method, trials)
        (self.file, self.parameters) = (file, parameters)
    }

    public init(sweep: Int64, _ refinement: Refinement) {
        self.init(
            sweep: sweep, name: refinement.name, method: refinement.method.rawValue, trials: refinement.trials,
            file: refinement.file,
            parameters: refinement.parameters.map {
                Parameter(parameter: $0.name, action: $0.action, range: $0.range, reason: $0.reason)
            })
    }
}
