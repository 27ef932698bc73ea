import Datasets
import Testing

/// Expects `body` to throw a `DatasetError` of that code whose one sentence has all of `words` in it.
func expectError(
    _ code: DatasetError.Code, _ words: String..., at location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("no error was thrown", sourceLocation: location)
    } catch let error as DatasetError {
        #expect(error.code == code, "\(error.message)", sourceLocation: location)
        for word in words {
            #expect(error.message.contains(word), "\(error.message)", sourceLocation: location)
        }
        #expect(!error.message.contains("\n") && error.message.last != ".", sourceLocation: location)
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
}
