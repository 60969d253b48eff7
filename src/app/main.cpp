#include "app/command_line.hpp"

int main(int argc, char** argv) {
    return pay::app::CommandLine(PAY_VERSION).run(argc, argv);
}
