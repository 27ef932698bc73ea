/// Ends the process when a promise is broken, which libFuzzer takes for a crash and keeps the input of.
///
/// `precondition` would do the same, but not name the values.
public func expect(
    _ condition: @autoclosure () -> Bool, _ words: @autoclosure () -> String, file: StaticString = #file,
    line: UInt = #line
) {
    if !condition() { fatalError("broken promise: \(words())", file: file, line: line) }
}
