/// What is wrong with a data set, where, and what to do about it.
public struct DatasetError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The data set is not in the data folder, nor in a system folder.
        case notFound
        /// No data set has that name.
        case unknownName
        /// The path leaves the data folder, or cannot be one.
        case invalidPath
        /// A file, an archive member or an array that belongs to the data set is not there.
        case missingFile
        /// A file ends before its contents do.
        case truncated
        /// A size or a shape differs from what the layout or the other files say.
        case wrongSize
        /// A label outside of 0..<classes.
        case badLabel
        /// A value that cannot be trained on: NaN or infinite.
        case badValue
        /// Bytes that the layout does not allow.
        case badFormat
        /// A layout that exists, but that this program does not read.
        case unsupported
        /// The splits ask for more samples than there are.
        case tooFewSamples
        /// The data set is not the one that the model was trained on.
        case changed
        /// A downloaded file or an archive member is not the published one.
        case checksum
        /// The download did not succeed.
        case download
        /// The system refused to read or to write.
        case io
    }

    public let code: Code
    /// One sentence, lower case: what is wrong, where, and the remedy.
    public let message: String
    public let cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        (self.code, self.message, self.cause) = (code, message, cause)
    }

    public var description: String { message }
}
