import FoundationEssentials
import Testing

@testable import SweepModel

/// Holds docs/sweep-file.md against the code.
@Suite struct SweepFileDocumentTests {
    private func document() throws -> String {
        String(decoding: try Data(contentsOf: Fixture.root.appending(path: "docs/sweep-file.md")), as: UTF8.self)
    }

    @Test func theTableOfParametersIsTheTableOfTheCode() throws {
        let lines = try document().split(separator: "\n").map(String.init)
        let heading = "| parameter | type | values | default | |"
        let start = try #require(lines.firstIndex(of: heading))
        let rows = Array(lines[(start + 2)...].prefix { $0.hasPrefix("|") })
        let expected = TrainingParameter.all.map { parameter in
            "| `\(parameter.name)` | \(parameter.typeText) | \(parameter.rangeText) "
                + "| \(parameter.defaultText ?? "must be set") | \(parameter.help) |"
        }
        #expect(rows == expected)
    }

    @Test func everyTopLevelKeyAndDistributionIsNamed() throws {
        let text = try document()
        for word in SweepFileReader.keys + Distribution.allCases.map(\.rawValue) {
            #expect(text.contains("`\(word)`"), "\(word)")
        }
    }

    @Test func everyExampleOfTheDocumentParses() throws {
        let parts = try document().split(separator: "```", omittingEmptySubsequences: false)
        let examples = parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        let files = examples.compactMap { example in
            ["json\n", "yaml\n"].first { example.hasPrefix($0) }.map { String(example.dropFirst($0.count)) }
        }
        #expect(files.count >= 2)
        for file in files { #expect(try SweepSpec(parsing: file).expand().isEmpty == false) }
    }
}
