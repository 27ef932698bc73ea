import Foundation
import SweepAPI
import Testing

@testable import SweepHTTP

/// docs/api.md says what the code does.
struct APIPageTests {
    private let page: String

    init() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        page = try String(contentsOf: root.appending(path: "docs/api.md"), encoding: .utf8)
    }

    @Test func tableOfErrorsIsTheEnum() {
        let rows = table(under: "## Errors").map { $0.map { $0.replacing("`", with: "") } }
        let codes = ProblemCode.allCases.map { [$0.rawValue, "\($0.httpStatus)", "\($0.exitStatus.rawValue)"] }
        #expect(rows == codes)
    }

    @Test func tableOfPathsIsTheRouter() {
        let rows = table(under: "## Paths").map { $0[0].replacing("`", with: "") }
        #expect(rows.count == Set(rows).count)
        #expect(Set(rows) == SweepHTTPServer(FakeService()).served)
    }

    @Test func limitsAreThoseOfTheCode() {
        #expect(page.contains("at most \(RequestLimits.bodyBytes >> 20) MiB"))
        #expect(page.contains("at most \(RequestLimits.headerBytes >> 10) KiB"))
        #expect(page.contains("`limit` (1–\(RequestLimits.page), 50)"))
        #expect(page.contains("`\(APIVersion.header)`, now `\(APIVersion.wire)`"))
    }

    /// Cells of the first table after a heading, without its head.
    private func table(under heading: String) -> [[String]] {
        page.components(separatedBy: "\n").drop { $0 != heading }.drop { !$0.hasPrefix("|") }.prefix {
            $0.hasPrefix("|")
        }
        .dropFirst(2)
        .map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }
}
