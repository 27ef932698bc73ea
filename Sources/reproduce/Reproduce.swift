import Foundation
import NeuralCore

/// Re-enacts the exercise with the reference twin and prints its figures beside ours: `reproduce [--data-dir DIR] [--pictures DIR]`.
///
/// The toy's seven must agree to the last printed digit, else the exit status is 1. With a folder that holds CIFAR-10, the
/// first run follows; its figures are equal on the original images, and close on images that were compressed meanwhile.
@main
struct Reproduce {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        var (folder, pictures): (String?, String?) = (nil, nil)
        while let option = arguments.popFirst() {
            switch (option, arguments.popFirst()) {
            case ("--data-dir", let value?): folder = value
            case ("--pictures", let value?): pictures = value
            default:
                FileHandle.standardError.write(Data("usage: reproduce [--data-dir DIR] [--pictures DIR]\n".utf8))
                exit(2)
            }
        }
        let toy = ToyExercise.figures()
        let rows = toy.figures.map { figure in
            FigureTable.Row(
                name: figure.name, exercise: text(figure.printed, figure), ours: text(figure.ours, figure))
        }
        FigureTable.print("The toy model: 4 inputs, 10 hidden units, 3 classes", rows)
        do {
            let drawing = try pictures.map { try PictureFolder($0) }
            try drawing?.drawToy(losses: toy.losses)
            if let folder { try FirstRun(dataFolder: folder, pictures: drawing).run(toy.random) }
        } catch {
            FileHandle.standardError.write(Data("reproduce: \(error)\n".utf8))
            exit(1)
        }
        exit(rows.allSatisfy { $0.exercise == $0.ours } ? 0 : 1)
    }

    private static func text(_ value: Double, _ figure: ToyExercise.Figure) -> String {
        String(format: figure.format, value)
    }
}
