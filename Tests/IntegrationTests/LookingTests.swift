import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Plots, diagnosis and report with the real programs.
@Suite struct LookingTests {
    struct Diagnosis: Decodable {
        struct Finding: Decodable {
            var code: String
            var detail: String
        }
        var findings: [Finding]
    }

    struct Trial: Decodable {
        struct Epoch: Decodable {
            var weight_norm: Double?
            var update_ratio: Double?
            var losses: [[Double]]?
        }
        var dead_units: Int?
        var epochs: [Epoch]
    }

    struct Promotion: Decodable {
        struct Confusion: Decodable { var counts: [[Int]] }
        var trial: Int
        var correct: Int
        var test_examples: Int
        var confusion: Confusion?
        var class_names: [String]?
    }

    @Test func aFinishedSweepCanBeLookedAtInEveryWay() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.images())
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let promotion = try await box.ctl("promote", "1", "--json").json(Promotion.self)
            let counts = try #require(promotion.confusion?.counts)
            #expect(counts.joined().reduce(0, +) == promotion.test_examples)
            #expect(counts.indices.reduce(0) { $0 + counts[$1][$1] } == promotion.correct)
            #expect(promotion.class_names?.count == counts.count)

            let folder = box.folder.appendingPathComponent("pictures")
            let drawn = try await box.ctl("plot", "1", "--all", "--output", folder.path)
            #expect(drawn.status == 0, "\(drawn.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.count == 14, "\(names)")
            for name in names {
                let parser = XMLParser(data: try Data(contentsOf: folder.appendingPathComponent(name)))
                #expect(parser.parse(), "\(name): \(parser.parserError.map { "\($0)" } ?? "")")
            }
            let png = box.folder.appendingPathComponent("weights.png")
            #expect(try await box.ctl("plot", "1", "weights", "--output", png.path).status == 0)
            #expect(try Data(contentsOf: png).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
            let map = try await box.ctl("plot", "1", "heatmap", "--x", "learning_rate", "--y", "hidden_size")
            #expect(map.output.contains("learning_rate") && !map.output.contains("\u{1B}"), "\(map.errors)")

            let diagnosis = try await box.ctl("diagnose", "1", "--json").json(Diagnosis.self)
            let divergence = try #require(diagnosis.findings.first { $0.code == "divergence_by_rate" })
            #expect(divergence.detail.contains("learning_rate 10"), "\(divergence.detail)")

            let report = box.folder.appendingPathComponent("report.html")
            #expect(try await box.ctl("report", "1", "-o", report.path).status == 0)
            let page = String(decoding: try Data(contentsOf: report), as: UTF8.self)
            #expect(page.utf8.count < 2 << 20)
            #expect(page.contains("<svg") && !page.contains("<script"))
            // Nothing is loaded from elsewhere.
            for attribute in ["src", "href", "srcset", "action"] { #expect(!page.contains("\(attribute)=\"http")) }
            #expect(!page.contains("url(http") && !page.contains("@import"))
            #expect(try await box.ctl("report", "1", "-o", report.path).status == 4)
        }
    }

    @Test func aLearningCurveHasMinibatchLossesAndTheStateOfTheWeights() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.images())
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let best = try await box.ctl("best", "1", "--json").json(BestReply.self)
            let trial = try await box.ctl("show", String(best.best.trial), "--json").json(Trial.self)
            #expect(trial.dead_units != nil)
            #expect(trial.epochs.allSatisfy { $0.weight_norm != nil && $0.update_ratio != nil })
            let samples = trial.epochs.compactMap(\.losses).joined()
            #expect(samples.count > 2 * trial.epochs.count)
            #expect(zip(samples, samples.dropFirst()).allSatisfy { $0[0] < $1[0] })
        }
    }

    struct BestReply: Decodable {
        struct Best: Decodable { var trial: Int }
        var best: Best
    }

    /// A damaged model costs the picture of its weights, and nothing else.
    @Test func aDamagedModelLeavesTheOtherPicturesInPlace() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.images())
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let best = try await box.ctl("best", "1", "--json").json(BestReply.self).best.trial
            let model = box.folder.appendingPathComponent("state/models/t\(best)-a1")
            var bytes = try Data(contentsOf: model)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: model)
            let weights = try await box.ctl("plot", "--trial", String(best), "weights")
            #expect(weights.status == 1)
            #expect(weights.errors.contains("t\(best)-a1"), "\(weights.errors)")
            #expect(try await box.ctl("plot", "--trial", String(best), "loss").status == 0)
            #expect(try await box.ctl("diagnose", "--trial", String(best)).status == 0)
            #expect(try await box.ctl("report", "1", "-o", "-").status == 0)
        }
    }
}

extension Sample {
    /// 12 trials on synthetic images of 8×8 pixels, four of which diverge.
    static func images() -> Data {
        Data(
            """
            {
              "name": "images", "method": "grid", "seed": 7,
              "dataset": {"name": "synthetic", "train": 2000, "validation": 300, "test": 200, "inputs": 64},
              "parameters": {
                "learning_rate": {"values": [10, 1e-3, 3e-4]},
                "batch_size": {"value": 50},
                "hidden_size": {"values": [12, 16, 24, 32]},
                "iterations": {"value": 300}
              }
            }
            """.utf8)
    }
}
