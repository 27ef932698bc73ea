/// What NeuralCore refuses, with a message that names the value and the remedy.
public struct NeuralCoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// A training parameter out of range.
        case invalidConfiguration
        /// Samples of another shape than the network's.
        case shapeMismatch
        /// Bytes that are no checkpoint or model, or a damaged one.
        case corrupted
        /// A sound checkpoint that this program, this trial or this data set cannot go on with.
        case incompatible
        /// An instruction set that is unknown or that this processor lacks.
        case unsupportedInstructionSet
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    public var description: String { message }
}
