/// One trial of a sweep before it runs.
public struct TrialPlan: Sendable, Hashable, Codable {
    /// 0…n-1 within the sweep.
    public let index: Int
    /// What the file sets, in its order; defaults are left out.
    public let parameters: ParameterAssignment
    /// Below 2^53.
    public let seed: UInt64

    public init(index: Int, parameters: ParameterAssignment, seed: UInt64) {
        self.index = index
        self.parameters = parameters
        self.seed = seed
    }
}
