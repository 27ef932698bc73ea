import Foundation
import HTTPTypes
import SweepAPI
import Testing

@testable import SweepHTTP

/// The dashboard's files are a part of the program.
struct DashboardTests {
    @Test func pageMayLoadOnlyWhatThisDaemonServes() async throws {
        let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        let policy = try #require(answer.headers[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("http:"))
        #expect(answer.text.contains("<!doctype html>"))
    }

    @Test func everyFileOfTheFolderIsServedAsItIs() async throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../Sources/SweepHTTP/Dashboard").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(names.contains("dashboard.js") && names.contains("dashboard.css"))
        for name in names where name != "index.html" {
            let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/assets/\(name)")
            #expect(answer.status == 200, "\(name)")
            let type = name.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"
            #expect(answer.headers[.contentType] == type, "\(name)")
            #expect(answer.text == String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self))
        }
    }

    @Test func stylesheetOfThePlotsIsTheServices() async throws {
        let answer = try await SweepHTTPServer(FakeService()).ask(.get, "/assets/plots.css")
        #expect(answer.text == SweepHTTPServer<FakeService>.testPlotStyles)
        #expect(answer.headers[.contentType] == "text/css; charset=utf-8")
    }

    @Test func otherPathsAreNotThere() async throws {
        for path in ["/assets/index.html", "/assets/..%2f..%2fetc%2fpasswd", "/assets/", "/favicon.ico"] {
            #expect(try await SweepHTTPServer(FakeService()).ask(.get, path).status == 404, "\(path)")
        }
    }
}
