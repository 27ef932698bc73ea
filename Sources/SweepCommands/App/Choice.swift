import ArgumentParser
import SweepModel

/// One of a closed set of words on the command line.
enum Choice<Word: RawRepresentable<String> & CaseIterable & Sendable>: Sendable {
    static var names: [String] { Word.allCases.map(\.rawValue) }
    static var completion: CompletionKind { .list(names) }

    @Sendable static func read(_ text: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let remedy =
                NearestWord.nearest(to: text, in: names).map { "did you mean \($0)?" }
                ?? "choose one of " + names.joined(separator: ", ")
            throw ValidationError("'\(text)' is not possible here; \(remedy)")
        }
        return word
    }
}
